import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LaunchOptions } from '@playwright/test';

const require = createRequire(import.meta.url);

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--font-render-hinting=none',
];

/** How to launch the browser: CHROMIUM_PATH, or the Chromium that comes as an npm package, unpacked once per version. */
export function chromiumLaunchOptions(): LaunchOptions {
  const given = process.env.CHROMIUM_PATH;
  if (given) return { executablePath: given, args };
  const directory = unpackedChromium();
  return {
    executablePath: join(directory, 'chromium'),
    args,
    env: {
      ...process.env,
      // The package brings the shared libraries and the font that a bare machine lacks.
      LD_LIBRARY_PATH: join(directory, 'al2023', 'lib'),
      FONTCONFIG_FILE: join(directory, 'fonts.conf'),
    },
  };
}

function unpackedChromium(): string {
  const entry = require.resolve('@sparticuz/chromium');
  const { version } = JSON.parse(readFileSync(join(entry, '..', '..', '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  const directory = join(tmpdir(), `tessera-chromium-${version}-${process.getuid?.() ?? 'user'}`);
  if (existsSync(directory)) return directory;

  // Unpacked beside and then renamed, so that nobody ever launches half a file.
  const unpacking = mkdtempSync(`${directory}-`);
  const unpack = `import(${JSON.stringify(import.meta.resolve('@sparticuz/chromium'))}).then((m) => m.default.executablePath())`;
  // The package unpacks below TMPDIR, and its shared libraries only where it believes to be on Amazon Linux 2023.
  const env = { ...process.env, TMPDIR: unpacking, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' };
  execFileSync(process.execPath, ['--input-type=module', '--eval', `await ${unpack}`], { env });
  writeFileSync(join(unpacking, 'fonts.conf'), fontsConfig(directory));
  try {
    renameSync(unpacking, directory);
  } catch (error) {
    rmSync(unpacking, { recursive: true, force: true });
    if (!existsSync(directory)) throw error;
  }
  return directory;
}

/** The font of the package for everything, so that text is measured alike on every machine; others only for its gaps. */
function fontsConfig(directory: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${directory}/fonts/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${directory}/fonts-cache</cachedir>
  <alias binding="strong"><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
  <alias binding="strong"><family>system-ui</family><prefer><family>Open Sans</family></prefer></alias>
  <alias binding="strong"><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
  <match><edit name="family" mode="append_last"><string>Open Sans</string></edit></match>
</fontconfig>
`;
}
