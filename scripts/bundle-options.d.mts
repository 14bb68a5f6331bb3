import type { BuildOptions } from 'esbuild';

/** esbuild's options for programs of this repository; entries and places are the caller's. */
export const bundleOptions: BuildOptions;
