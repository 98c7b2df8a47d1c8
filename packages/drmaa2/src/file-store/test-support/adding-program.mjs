// Run as a process of its own: when told to go, adds 50 sessions to the store, and tells which of them it got.
import { FileSessionStore } from '@docker-tracker/drmaa2/file-store';

const [folder] = process.argv.slice(2);
const store = new FileSessionStore(folder);
process.once('message', async () => {
  const names = Array.from({ length: 50 }, (_, index) => `session-${index}`);
  process.send(await Promise.all(names.map((name) => store.add({ name, contact: '' }))), () => process.disconnect());
});
process.send('ready');
