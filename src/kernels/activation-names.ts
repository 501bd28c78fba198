/** Activations by their names in Hugging Face configurations. Apart from their formulas: reading a config.json needs no tfjs. */
export const ACTIVATIONS = ['gelu', 'gelu_new', 'relu', 'tanh'] as const;

export type ActivationName = (typeof ACTIVATIONS)[number];
