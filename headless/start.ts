/** `npm start`: builds the app, serves it, and opens it in the browser. */
import { spawn } from 'node:child_process';
import { buildApp } from './build-app.ts';
import { installedChromium } from './find-chromium.ts';
import { serve } from './serve.ts';

const PORT = Number(process.env['PORT'] ?? 5173);

/** The program that opens a URL in the user's own browser. */
function opener(): string | undefined {
  if (process.platform === 'darwin') return 'open';
  if (process.platform === 'win32') return 'explorer';
  return process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'] ? 'xdg-open' : undefined;
}

const root = await buildApp();
const served = await serve({ root, port: PORT }).catch((error: NodeJS.ErrnoException) => {
  if (error.code !== 'EADDRINUSE') throw error;
  console.error(`error: port ${PORT} is taken: set PORT to another one, as in \`PORT=5174 npm start\``);
  process.exit(1);
});
const url = `http://localhost:${served.port}/`;
console.log(`Rerank Studio is at ${url} (Ctrl+C stops it)`);
const program = opener();
if (program) {
  const child = spawn(program, [url], { stdio: 'ignore', detached: true });
  child.on('error', () => {
    const chromium = installedChromium();
    if (chromium) spawn(chromium, [url], { stdio: 'ignore', detached: true }).unref();
  });
  child.unref();
}
