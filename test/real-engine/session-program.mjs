// Run as a process of its own: creates a job session that a folder remembers, submits one job, tells its id, and stays.
import { SessionManager } from '@docker-tracker/drmaa2';
import { FileSessionStore } from '@docker-tracker/drmaa2/file-store';
import { dockerDrms } from '@docker-tracker/tracker';

const [host, folder, name, template] = process.argv.slice(2);
const manager = new SessionManager(dockerDrms({ network: 'none' }), { store: new FileSessionStore(folder) });
const session = await manager.createJobSession(name, host);
const job = await session.runJob(JSON.parse(template));
console.log(job.id);
setInterval(() => {}, 60_000);
