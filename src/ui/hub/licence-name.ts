/** Licences by the hub's names, as people write them. */
const NAMES: Record<string, string> = {
  'apache-2.0': 'Apache 2.0',
  mit: 'MIT',
  'cc-by-4.0': 'CC BY 4.0',
  'cc-by-sa-4.0': 'CC BY-SA 4.0',
  'cc-by-nc-4.0': 'CC BY-NC 4.0',
  'bsd-3-clause': 'BSD',
};

/** `apache-2.0` → "Apache 2.0"; one that is not known here stays as it is. */
export const licenceName = (licence: string | undefined): string =>
  licence === undefined ? 'licence unknown' : (NAMES[licence] ?? licence);
