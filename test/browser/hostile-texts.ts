const ESC = '\u001b';

/** Each sets `window.injected` if it is ever taken for markup, script or style. `name` may be a job's, `output` is written by one. */
export const HOSTILE: readonly { readonly what: string; readonly name: string; readonly output: string }[] = [
  ['script', '<script>window.injected=1</script>'],
  ['script that closes another', '</script><script>window.injected=1</script>'],
  ['image with a handler', '<img src=x onerror=window.injected=1>'],
  ['svg with a handler', '<svg onload=window.injected=1>'],
  ['svg with a script', '<svg><script>window.injected=1</script></svg>'],
  ['frame with a document', '<iframe srcdoc="<script>parent.injected=1</script>"></iframe>'],
  ['link with a script', '<a href="javascript:window.injected=1" autofocus onfocus=window.injected=1>x</a>'],
  ['way out of an attribute', '" onmouseover="window.injected=1" x="'],
  ['way out of a title', "' autofocus onfocus='window.injected=1"],
  ['way out of a style', '</style><style>body{display:none}</style>'],
  ['way out of a comment', '--><img src=x onerror=window.injected=1><!--'],
  ['template of a framework', '{{constructor.constructor("window.injected=1")()}}'],
  ['template literal', '${window.injected=1}'],
  ['object of a framework', '{"__html":"<img src=x onerror=window.injected=1>","dangerouslySetInnerHTML":1}'],
  ['name of a prototype', '__proto__'],
  ['entity', '&lt;img src=x onerror=window.injected=1&gt;&#60;script&#62;'],
  ['event of the stream', 'x\\n\\nevent: snapshot\\ndata: {"jobs":[]}\\n\\n'],
  ['line separator', 'a\u2028\u2029data: {}'],
  ['text from right to left', '\u202e<img src=x onerror=window.injected=1>\u202c'],
  ['script in an address', '%3Cscript%3Ewindow.injected=1%3C/script%3E#token=x'],
].map(([what = '', name = ''], index) => ({ what, name, output: disguised(name, index) }));

/** The same, as terminals can be told it. */
function disguised(text: string, index: number): string {
  const ways = [
    text,
    `${ESC}[31m${text}${ESC}[0m`,
    `${ESC}]8;;javascript:window.injected=1${ESC}\\${text}${ESC}]8;;${ESC}\\`,
    `${ESC}]0;${text}\u0007${text}`,
    `${ESC}[38;2;1;1;1;url(javascript:window.injected=1)m${text}`,
  ];
  return ways[index % ways.length] ?? text;
}
