/** The fields of a recipe for a form: how each is called, what it does, what may stand there, and what does if nothing is said. */
import { MODEL_DEFAULTS, SAMPLING_DEFAULTS, TRAINING_DEFAULTS, type Objective } from './defaults';
import { LORA_FIELDS, MODEL_FIELDS, SAMPLING_FIELDS, TRAINING_FIELDS, type Field } from './fields';
import type { Control } from './field-kinds';

export interface FormField {
  block: 'model' | 'sampling' | 'training';
  /** Below the block; that of a block within it has a point: `lora.rank`. */
  key: string;
  label: string;
  /** One sentence. */
  help: string;
  unit?: string;
  control: Control;
  /** Absent where nothing is the default: a head, LoRA, explicit batches. */
  default?: string | number | boolean;
}

/** All of them for a stage of this objective, in the order of the recipe. */
export function formFields(objective: Objective): FormField[] {
  return [
    ...block('model', MODEL_FIELDS, MODEL_DEFAULTS),
    ...block('model', LORA_FIELDS, {}).map((field) => ({ ...field, key: `lora.${field.key}` })),
    ...block('sampling', SAMPLING_FIELDS, SAMPLING_DEFAULTS[objective]),
    ...block('training', TRAINING_FIELDS, TRAINING_DEFAULTS[objective]),
  ];
}

function block(name: FormField['block'], fields: object, defaults: object): FormField[] {
  return Object.entries(fields as Record<string, Field<unknown>>).map(([key, { label, help, unit, control }]) => {
    const value = (defaults as Record<string, string | number | boolean | undefined>)[key];
    return {
      block: name,
      key,
      label,
      help,
      control,
      ...(unit === undefined ? {} : { unit }),
      ...(value === undefined ? {} : { default: value }),
    };
  });
}
