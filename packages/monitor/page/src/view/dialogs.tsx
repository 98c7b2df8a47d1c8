import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { helpOpen, notice, question } from '../page-state.js';
import { controlJob } from '../server.js';

function Dialog({ onClose, children }: { readonly onClose: () => void; readonly children: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} onClose={onClose}>
      {children}
    </dialog>
  );
}

const KEYS: readonly (readonly [keys: string, does: string])[] = [
  ['j k ↓ ↑', 'the next job, the one before'],
  ['Enter', 'open the job'],
  ['Esc', 'back; in the list: clear search and filters'],
  ['/', 'search'],
  ['t', 'table or timeline'],
  ['d', 'colours: as the system, light, dark'],
  ['s r', 'suspend, resume the job'],
  ['h l', 'hold, release the job'],
  ['x', 'terminate the job'],
  ['Del', 'delete the ended job'],
  ['?', 'these keys'],
];

export function Help() {
  if (!helpOpen.value) return null;
  const close = (): void => {
    helpOpen.value = false;
  };
  return (
    <Dialog onClose={close}>
      <h2>Keys</h2>
      <dl class="keys">
        {KEYS.map(([keys, does]) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <p class="muted">Controls need the URL that was printed when the dashboard was started with control on.</p>
      <form method="dialog" class="buttons">
        <button type="submit">Close</button>
      </form>
    </Dialog>
  );
}

const WORDS: Readonly<Record<string, string>> = {
  suspend: 'Its processes stop where they are, until it is resumed.',
  resume: 'It goes on where it was suspended.',
  hold: 'It will not be started until it is released.',
  release: 'It will be started in its turn.',
  terminate: 'Its processes are ended. This cannot be taken back.',
  delete: 'Its container and its output are removed. This cannot be taken back.',
};

/** No control is carried out before somebody has confirmed it. */
export function Confirm() {
  const asked = question.value;
  const [busy, setBusy] = useState(false);
  if (!asked) return null;
  const { jobId, name, action } = asked;
  const close = (): void => {
    question.value = undefined;
  };
  const confirm = async (): Promise<void> => {
    setBusy(true);
    try {
      await controlJob(jobId, action);
      notice.value = undefined;
    } catch (error) {
      notice.value = `${action} of ${name}: ${error instanceof Error ? error.message : 'failed'}`;
    } finally {
      setBusy(false);
      close();
    }
  };
  const grave = action === 'terminate' || action === 'delete';
  return (
    <Dialog onClose={close}>
      <h2>
        {action[0]?.toUpperCase()}
        {action.slice(1)} <q>{name}</q>?
      </h2>
      <p class="muted">{WORDS[action]}</p>
      <div class="buttons">
        <button type="button" onClick={close}>
          Cancel
        </button>
        <button
          type="button"
          class={grave ? 'grave' : 'main'}
          data-confirm={action}
          disabled={busy}
          autoFocus
          onClick={() => void confirm()}
        >
          {action[0]?.toUpperCase()}
          {action.slice(1)}
        </button>
      </div>
    </Dialog>
  );
}

export function Notice() {
  const { value } = notice;
  if (value === undefined) return null;
  return (
    <div class="notice" role="alert">
      <span>{value}</span>
      <button
        type="button"
        class="quiet"
        aria-label="Dismiss"
        onClick={() => {
          notice.value = undefined;
        }}
      >
        ✕
      </button>
    </div>
  );
}
