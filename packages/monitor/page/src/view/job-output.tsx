import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { AnsiText, type Styled } from '../ansi-text.js';
import { jobOutput } from '../server.js';
import { visible } from '../visibility.js';

/** Lines that are drawn; more are kept and told of. */
const DRAWN = 2_000;

/**
 * The job's output as it is written. All of it is text nodes: nothing in it is ever markup. A stream that was cut, or closed while the
 * page was hidden, is opened anew and begins again with the last lines: they take the place of those shown so far.
 */
export function JobOutput({ id, reached }: { readonly id: string; readonly reached: number }) {
  const [text, setText] = useState(() => new AnsiText());
  const [, draw] = useState(0);
  const [ending, setEnding] = useState<string>();
  const [follows, setFollows] = useState(true);
  const scroller = useRef<HTMLPreElement>(null);

  const opened = visible.value;
  useEffect(() => {
    if (!opened) return undefined;
    const gone = new AbortController();
    const fresh = new AnsiText();
    setEnding(undefined);
    let drawing = false;
    const drawSoon = (): void => {
      if (drawing) return;
      drawing = true;
      requestAnimationFrame(() => {
        drawing = false;
        draw((times) => times + 1);
      });
    };
    void (async () => {
      try {
        for await (const line of jobOutput(id, gone.signal)) {
          if ('text' in line) {
            fresh.write(line.text);
            setText(fresh);
          } else setEnding('end' in line ? 'end of output' : line.error);
          drawSoon();
        }
      } catch (error) {
        if (!gone.signal.aborted) setEnding(error instanceof Error ? error.message : 'the output was lost');
      }
    })();
    return () => {
      gone.abort();
    };
  }, [id, reached, opened]);

  useLayoutEffect(() => {
    const { current } = scroller;
    if (follows && current) current.scrollTop = current.scrollHeight;
  });

  const shown = text.lines.slice(-DRAWN);
  const above = text.dropped + text.lines.length - shown.length;
  return (
    <section class="card output">
      <h2>
        Output
        <label class="follow">
          <input
            type="checkbox"
            checked={follows}
            onChange={({ currentTarget }) => {
              setFollows(currentTarget.checked);
            }}
          />
          follow
        </label>
      </h2>
      <pre
        ref={scroller}
        tabIndex={0}
        aria-label="Output"
        data-output
        onWheel={({ deltaY }) => {
          if (deltaY < 0) setFollows(false);
        }}
      >
        {above > 0 && <div class="muted">… {above} lines before these</div>}
        {shown.map((line, index) => (
          <Line key={above + index} line={line} />
        ))}
        {ending !== undefined && <div class="ending">— {ending} —</div>}
      </pre>
    </section>
  );
}

function Line({ line }: { readonly line: readonly Styled[] }) {
  return (
    <div class="output-line">
      {line.map(({ text, classes, color, background }, index) =>
        classes === '' && color === undefined && background === undefined ? (
          text
        ) : (
          <span
            key={index}
            class={classes}
            style={{ ...(color !== undefined && { color }), ...(background !== undefined && { background }) }}
          >
            {text}
          </span>
        ),
      )}
    </div>
  );
}
