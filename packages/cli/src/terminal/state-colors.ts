import { isatty } from 'node:tty';
import type { JobState } from '@docker-tracker/tracker';
import { createColors } from 'picocolors';

/** Paints nothing where the stream is no terminal, or NO_COLOR is set. @source https://no-color.org */
export function colorsFor(
  stream: { readonly fd: number },
  environment: NodeJS.ProcessEnv,
): ReturnType<typeof createColors> {
  const forbidden = (environment.NO_COLOR ?? '') !== '' || environment.TERM === 'dumb';
  // Of a pipe isTTY is undefined, which the library takes as a question.
  return createColors(isatty(stream.fd) && !forbidden);
}

export type Colors = ReturnType<typeof createColors>;

/** The same colours everywhere; the word says it as well, so that nobody needs them. */
export function stateColor(state: JobState, colors: Colors): (text: string) => string {
  switch (state) {
    case 'Running':
      return colors.green;
    case 'Suspended':
    case 'QueuedHeld':
    case 'RequeuedHeld':
      return colors.yellow;
    case 'Queued':
    case 'Requeued':
      return colors.cyan;
    case 'Failed':
      return colors.red;
    case 'Done':
    case 'Undetermined':
      return colors.dim;
  }
}
