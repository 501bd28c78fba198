/** Chromium's flags for WebGPU. */

/**
 * The machine's own GPU, where there is one. Chromium on Linux needs Vulkan turned on for it
 * (https://github.com/gpuweb/gpuweb/issues/5022); without a GPU these do no harm.
 */
export const GPU_FLAGS = [
  '--enable-unsafe-webgpu',
  ...(process.platform === 'linux' ? ['--enable-features=Vulkan,VulkanFromANGLE,DefaultANGLEVulkan'] : []),
];

/** The CPU, even where there is a GPU: right, slow, and the same on every machine. */
export const SWIFTSHADER_FLAGS = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];
