/** Money as one reads it: cents, and more digits where it is less than a few of them. Whose currency is the user's to know. */
export function money(amount: number): string {
  if (amount === 0) return '0';
  return amount >= 0.1 ? amount.toFixed(2) : amount.toPrecision(2);
}

/** A number that is at least 0; undefined for anything else. Both decimal signs are read. */
export function readAmount(text: string): number | undefined {
  const amount = Number(text.trim().replace(',', '.'));
  return text.trim() !== '' && Number.isFinite(amount) && amount >= 0 ? amount : undefined;
}

/** A whole number that is at least `least`; undefined for anything else. */
export function readWhole(text: string, least: number): number | undefined {
  const number = Number(text.trim());
  return text.trim() !== '' && Number.isInteger(number) && number >= least ? number : undefined;
}
