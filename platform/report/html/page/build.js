// Bundles src/ into the script and the stylesheet that the program embeds: node build.js [FOLDER], into dist/ without one.
import { build } from 'esbuild';

const folder = process.argv[2] ?? 'dist';
await build({
  entryPoints: ['src/page.js', 'src/page.css'],
  outdir: folder,
  bundle: true,
  minify: true,
  format: 'iife',
  target: ['es2020'],
  charset: 'ascii',
  legalComments: 'inline',
  banner: { js: '/*! Contains Apache ECharts (Apache License 2.0), ZRender and d3.js (BSD 3-Clause), tslib (0BSD). */' },
});
