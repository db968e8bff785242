import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderMarkdown } from './render-markdown.ts';

const render = (source: string, rawHtml: 'escape' | 'drop' | 'keep' = 'escape') =>
  renderMarkdown(source, { rawHtml, breaks: false });

describe('Markdown', () => {
  it.each([
    ['# A *b*', '<h1>A <em>b</em></h1>\n'],
    ['a & b &copy; <3', '<p>a &amp; b &copy; &lt;3</p>\n'],
    ['[x](/p?a=1&b=2 "t")', '<p><a href="/p?a=1&amp;b=2" title="t">x</a></p>\n'],
    [
      '<https://example.com/?a=1&b=2>',
      '<p><a href="https://example.com/?a=1&amp;b=2">https://example.com/?a=1&amp;b=2</a></p>\n',
    ],
    ['![alt](a.png)', '<p><img src="a.png" alt="alt"></p>\n'],
    ['- [x] done', '<ul>\n<li><input checked="" disabled="" type="checkbox"> done</li>\n</ul>\n'],
    ['```js\na < b\n```', '<pre><code class="language-js">a &lt; b\n</code></pre>\n'],
    ['a\nb', '<p>a\nb</p>\n'],
  ])('%j', (source, expected) => {
    expect(render(source)).toBe(expected);
  });

  it('makes tables', () => {
    expect(render('| a | b |\n|---|--:|\n| 1 | 2 |')).toContain('<td align="right">2</td>');
  });

  it('keeps line breaks when asked to', () => {
    expect(renderMarkdown('a\nb', { rawHtml: 'escape', breaks: true })).toBe('<p>a<br>b</p>\n');
  });
});

describe('HTML in the source', () => {
  it('is text, or left out, or kept', () => {
    expect(render('a <b>c</b>')).toBe('<p>a &lt;b&gt;c&lt;/b&gt;</p>\n');
    expect(render('<script>alert(1)</script>')).toBe('<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n');
    expect(render('a <b>c</b>', 'drop')).toBe('<p>a c</p>\n');
    expect(render('<div>x</div>', 'drop')).toBe('');
    expect(render('a <b>c</b>', 'keep')).toBe('<p>a <b>c</b></p>\n');
  });

  it('cannot smuggle an unfinished tag behind one that starts raw text', () => {
    for (const mode of ['escape', 'drop'] as const) {
      const html = render('x <code><img src=x onerror=alert(1)//', mode);
      expect(html).not.toMatch(/<(img|code)/);
      expect(html).toContain('&lt;img');
    }
  });
});

describe('addresses', () => {
  it.each([
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert)',
    '[x](<java\tscript:alert>)',
    '[x](&#106;avascript:alert)',
    '[x](javascript&colon;alert)',
    '[x](javascript&#58;alert)',
    '[x](vbscript:x)',
    '[x](data:text/html,<script>alert(1)</script>)',
    '[x](file:///etc/passwd)',
    '![x](javascript:alert)',
    '![x](data:text/html;base64,AAAA)',
    '[x]: javascript:alert\n\n[x]',
    '<javascript:alert(1)>',
  ])('%s runs nothing', (source) => {
    const html = render(source);
    for (const [, url] of html.matchAll(/(?:href|src)="([^"]*)"/g)) {
      // What a browser makes of the attribute: references decoded, then read as an address.
      const decoded = url!.replaceAll('&amp;', '&').replaceAll('&#39;', "'");
      expect(new URL(decoded, 'https://base.example/').protocol).toBe('https:');
    }
    expect(html).not.toMatch(/<script/i);
  });

  it.each([
    ['[x](https://a.example)', 'href="https://a.example"'],
    ['[x](mailto:a@b.example)', 'href="mailto:a@b.example"'],
    ['[x](tel:+331)', 'href="tel:+331"'],
    ['[x](#top)', 'href="#top"'],
    ['[x](../a b.md)', 'x'],
    ['![x](data:image/png;base64,AAAA)', 'src="data:image/png;base64,AAAA"'],
    ['![x](cid:logo)', 'src="cid:logo"'],
    ['[x](/a?b=1&amp;c=2)', 'href="/a?b=1&amp;c=2"'],
  ])('%s stays', (source, expected) => {
    expect(render(source)).toContain(expected);
  });
});

describe('hostile size', () => {
  it('loses formatting at the end, never text', () => {
    const html = render(`*start* ${'x:**'.repeat(10_000)} <b>&amp;end`);
    expect(html.startsWith('<p><em>start</em> x:')).toBe(true);
    expect(html.match(/x:/g)).toHaveLength(10_000);
    expect(html.endsWith(' &lt;b&gt;&amp;end</p>\n')).toBe(true);
  });

  it('is not what ordinary long texts have', () => {
    const sentence = 'word *em* **strong** `code` [l](http://x.example) and more text. ';
    expect(render(sentence.repeat(150)).match(/<em>/g)).toHaveLength(150);
    expect(render(`- item **b**\n`.repeat(5_000)).match(/<strong>/g)).toHaveLength(5_000);
  });

  it('is refused when nested too deeply', () => {
    expect(() => render(`${'> '.repeat(20_000)}a`)).toThrow(
      expect.objectContaining({ code: 'NODE_INPUT_INVALID', message: expect.stringContaining('too deeply') }),
    );
  });
});

describe('whatever the source', () => {
  const piece = fc.constantFrom(
    '<',
    '>',
    '"',
    "'",
    '&',
    '`',
    '*',
    '_',
    '[',
    ']',
    '(',
    ')',
    '!',
    '\n',
    ' ',
    '\\',
    '#',
    '|',
    '-',
    ':',
    '/',
    '=',
    'script',
    'img',
    'src',
    'onerror',
    'code',
    'pre',
    'javascript:',
    'data:',
    'x',
    '&lt;',
    '&#60;',
    '&quot;',
    '<!--',
    '-->',
  );

  it('only elements that Markdown makes come out, without event handlers', () => {
    const allowed =
      /^(p|em|strong|del|code|pre|a|img|ul|ol|li|h[1-6]|blockquote|hr|br|table|thead|tbody|tr|th|td|input)$/;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.constantFrom('escape', 'drop'), (pieces, mode) => {
        const html = render(pieces.join(''), mode);
        // Attribute values first: a ">" inside quotes ends no tag.
        for (const [tag, name, attributes] of html.matchAll(/<\/?([^\s/>]*)((?:[^>"]|"[^"]*")*)>?/g)) {
          expect([pieces.join(''), tag, allowed.test(name!)]).toEqual([pieces.join(''), tag, true]);
          expect(attributes!.replaceAll(/"[^"]*"/g, '')).not.toMatch(/\bon\w+/i);
        }
      }),
      { numRuns: 500 },
    );
  });
});
