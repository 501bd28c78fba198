import type { TokenEncoder } from '../../models/token-encoder';
import type { TokenInputs } from './token-inputs';

/** A checkpoint that encodes texts token by token, on the device. */
export interface LateInteractionModel {
  /** The checkpoint's: an index is of one checkpoint. */
  id: string;
  encoder: TokenEncoder;
  inputs: TokenInputs;
}
