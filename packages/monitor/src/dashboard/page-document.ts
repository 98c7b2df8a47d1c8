import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Drmaa2Error } from '@docker-tracker/drmaa2';

/** The page, and the policy under which a browser may show it. */
export interface PageDocument {
  readonly html: Buffer;
  readonly contentSecurityPolicy: string;
}

const BUILT_PAGE = new URL('../../dist/page/index.html', import.meta.url);

/** Reads the built page. Its own script and style are allowed by their hashes, and nothing else is. */
export async function readPage(built = BUILT_PAGE): Promise<PageDocument> {
  const html = await readFile(built, 'utf8').catch((cause: unknown) => {
    const advice = 'install the package again, or in a checkout run `npm run build`';
    throw new Drmaa2Error('Internal', `the page of the dashboard is missing from @docker-tracker/monitor: ${advice}`, {
      cause,
    });
  });
  return { html: Buffer.from(html), contentSecurityPolicy: policyFor(html) };
}

/** @param html - Whatever stands between its `<script>` and `<style>` tags is what may run and apply. */
export function policyFor(html: string): string {
  return [
    "default-src 'none'",
    `script-src ${hashesOf(html, 'script')}`,
    `style-src ${hashesOf(html, 'style')}`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

function hashesOf(html: string, tag: 'script' | 'style'): string {
  const contents = [...html.matchAll(new RegExp(`<${tag}(?:\\s[^>]*)?>([\\s\\S]*?)</${tag}>`, 'g'))];
  const hashes = contents.map(([, text = '']) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
  return hashes.length > 0 ? hashes.join(' ') : "'none'";
}
