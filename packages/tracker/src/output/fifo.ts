import { constants, open } from 'node:fs';
import { Socket } from 'node:net';
import { promisify } from 'node:util';

const openDescriptor = promisify(open);

/**
 * Opens a FIFO for writing without waiting, since each open that waits for a peer keeps one of the few threads that all files of the
 * process share.
 * @throws {Error} no process reads it.
 * @source fifo(7): opening for writing with O_NONBLOCK fails with ENXIO where nobody reads
 */
export async function openFifoForWriting(path: string): Promise<Socket> {
  try {
    const fd = await openDescriptor(path, constants.O_WRONLY | constants.O_NONBLOCK);
    const fifo = new Socket({ fd, readable: false, writable: true });
    // Each write tells its own failure.
    return fifo.on('error', () => undefined);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENXIO')) throw error;
    throw new Error(`no process reads the FIFO ${path}: start its reader first`, { cause: error });
  }
}

/** Opens a FIFO for reading without waiting: what is read comes once a process writes, and ends once none does any more. */
export async function openFifoForReading(path: string): Promise<Socket> {
  const fd = await openDescriptor(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}
