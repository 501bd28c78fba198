/** What the teacher's page remembers from visit to visit: which teacher, and its prices. Never a key. */
const STORED_AS = 'teacher';

export interface Remembered {
  onnxModel: string;
  baseUrl: string;
  llm: string;
  priceIn: string;
  priceOut: string;
  limit: string;
}

const NOTHING: Remembered = { onnxModel: '', baseUrl: '', llm: '', priceIn: '', priceOut: '', limit: '' };
const FIELDS = Object.keys(NOTHING) as (keyof Remembered)[];

/** Only the fields named here, and only texts. */
function only(values: Partial<Record<keyof Remembered, unknown>>): Remembered {
  const kept = { ...NOTHING };
  for (const field of FIELDS) if (typeof values[field] === 'string') kept[field] = values[field];
  return kept;
}

export function recall(): Remembered {
  try {
    return only(JSON.parse(localStorage.getItem(STORED_AS) ?? '{}') as object);
  } catch {
    return NOTHING;
  }
}

export function remember(values: Remembered): void {
  localStorage.setItem(STORED_AS, JSON.stringify(only(values)));
}
