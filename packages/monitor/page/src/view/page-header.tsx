import { helpOpen, machine, scope } from '../page-state.js';
import { nextTheme, theme } from '../theme.js';
import { FreshnessPill } from './freshness.jsx';
import { MachineMeter } from './machine-meter.jsx';

export function PageHeader() {
  return (
    <header class="page-header">
      <a class="brand" href="#/">
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <rect width="16" height="16" rx="4" />
          <path d="M4 11V8m4 3V4m4 7V6" />
        </svg>
        docker-tracker
      </a>
      <span class="host">
        {machine.value?.name ?? ''}
        {scope.value === 'containers' ? ' · every container' : ''}
      </span>
      <span class="spring" />
      <MachineMeter />
      <FreshnessPill />
      <button type="button" class="quiet" onClick={nextTheme} title="Colours: as the system, light, dark (d)">
        {theme.value}
      </button>
      <button
        type="button"
        class="quiet key"
        onClick={() => {
          helpOpen.value = true;
        }}
        title="Keys (?)"
        aria-label="Keys"
      >
        ?
      </button>
    </header>
  );
}
