import { runNode } from '@navette/testing';
import { describe, expect, it } from 'vitest';
import { markdown } from './index.ts';

async function page(parameters: Record<string, string | boolean>): Promise<string> {
  const { outputs } = await runNode(markdown, {
    parameters: { markdown: '# Hi', page: true, ...parameters },
  });
  return outputs['main']![0]!.json['html'] as string;
}

describe('whole page', () => {
  it('is a complete document with the text in it', async () => {
    const html = await page({ title: 'Report', language: 'fr' });
    expect(html.startsWith('<!doctype html>\n<html lang="fr">\n')).toBe(true);
    expect(html).toContain('<title>Report</title>');
    expect(html).toContain('<main>\n<h1>Hi</h1>\n</main>');
    expect(html).not.toMatch(/<script|<link|@import|url\(/);
  });

  it('lets neither title nor CSS out of their elements', async () => {
    const html = await page({
      title: '</title><script>alert(1)</script>',
      css: 'p{color:red}</style><script>alert(2)</script><!--',
    });
    expect(html.slice(0, html.indexOf('<style>'))).not.toMatch(/<script/);
    expect(html.slice(html.indexOf('</style'))).not.toMatch(/<script|alert/);
    expect(html.match(/<\/style/g)).toHaveLength(1);
    expect(html.match(/<\/title/g)).toHaveLength(1);
    expect(html).toContain('p{color:red}');
  });

  it('refuses a language that could leave its attribute', async () => {
    await expect(page({ language: 'en" onload="x' })).rejects.toMatchObject({
      issues: [{ path: '/language' }],
    });
  });
});

describe('items', () => {
  it('each get their own HTML, beside what they had', async () => {
    const { outputs } = await runNode(markdown, {
      parameters: { markdown: '*{{ $json.t }}*', as: 'out.html' },
      inputs: [{ json: { t: 'a' } }, { json: { t: 'b' } }],
    });
    expect(outputs['main']).toEqual([
      { json: { t: 'a', out: { html: '<p><em>a</em></p>\n' } }, pairedItem: { item: 0 } },
      { json: { t: 'b', out: { html: '<p><em>b</em></p>\n' } }, pairedItem: { item: 1 } },
    ]);
  });

  it('need Markdown that is text', async () => {
    await expect(
      runNode(markdown, { parameters: { markdown: '{{ $json.missing }}' } }),
    ).rejects.toMatchObject({
      code: 'NODE_PARAMETER_INVALID',
      issues: [{ path: '/markdown' }],
    });
  });
});
