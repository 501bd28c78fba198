/** What a checkpoint can be taken away as, in words: the page and the command line are made from this table. */
export const CHECKPOINT_FORMATS = {
  hf: {
    label: 'Hugging Face folder',
    about: 'For Python (transformers, sentence-transformers), for the hub, and to import again.',
    ending: '',
  },
  onnx: {
    label: 'ONNX',
    about: 'To score with onnxruntime: Python, C++, Java, JavaScript. Cannot be trained further.',
    ending: '-onnx',
  },
} as const;

export type CheckpointFormat = keyof typeof CHECKPOINT_FORMATS;
