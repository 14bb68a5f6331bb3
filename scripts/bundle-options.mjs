// How programs are bundled: dist/ and the programs that the benchmarks measure are made alike.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** esbuild's options for programs of this repository; entries and places are the caller's. */
export const bundleOptions = {
  absWorkingDir: dirname(dirname(fileURLToPath(import.meta.url))),
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // Native modules cannot be bundled; they are found in node_modules above the bundle.
  external: ['lmdb'],
  // Schema data lies in the bundle; a daemon that is started a hundred times should parse as little as it can.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  sourcemap: false,
  logLevel: 'warning',
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
};
