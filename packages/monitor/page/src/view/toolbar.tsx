import { listed, sessions } from '../listed.js';
import { search, session, view } from '../page-state.js';

export function Toolbar() {
  return (
    <div class="toolbar">
      <input
        id="search"
        type="search"
        placeholder="Search name, session, image, id   ( / )"
        aria-label="Search"
        value={search.value}
        onInput={({ currentTarget }) => {
          search.value = currentTarget.value;
        }}
      />
      <select
        aria-label="Session"
        value={session.value ?? ''}
        onChange={({ currentTarget }) => {
          session.value = currentTarget.selectedIndex === 0 ? undefined : currentTarget.value;
        }}
      >
        <option value="">All sessions</option>
        {sessions.value.map((name) => (
          <option key={name} value={name}>
            {name === '' ? '(no name)' : name}
          </option>
        ))}
      </select>
      <div class="tabs" role="group" aria-label="View">
        {(['table', 'timeline'] as const).map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={view.value === name}
            onClick={() => {
              view.value = name;
            }}
          >
            {name === 'table' ? 'Table' : 'Timeline'}
          </button>
        ))}
      </div>
      <span class="found">{listed.value.length} shown</span>
    </div>
  );
}
