// What the module offers; memory is the tfjs backend's own, and every address is of a tensor or of scratch in it.
export { activate, activateGradient } from './activation';
export { adamW, adamWRows } from './adam-w';
export { attention, attentionGradient, attentionScratch } from './attention';
export { multiply, multiplyScratch } from './gemm';
export { layerNorm, layerNormGradient } from './layer-norm';
export { dropout } from './random';
export { columnSums, embedSum, segmentSum, sumOfSquares } from './rows';
