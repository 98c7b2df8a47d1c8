import type { Decoder } from './decode/decoder.js';
import { EngineProtocolError } from './errors.js';
import { JsonRowDecoder } from './json-rows.js';
import type { EngineCall } from './transport/engine-call.js';
import type { Answer, Transport } from './transport/transport.js';
import { withinWhole } from './transport/whole-answer.js';

/** Rows of one list, whose caller may hold them. No engine runs a tenth of it. */
export const ROWS_LIMIT = 1_000_000;

/** Bytes of one list. They are not held, so this only ends one that has no end: a million containers take some 2 GB. */
export const LIST_LIMIT = 4 * 1024 * 1024 * 1024;

/**
 * Calls back for each row of a list as it arrives; other work of the process gets its turn in between. What `onRow` throws ends
 * the call and reaches the caller unchanged.
 *
 * @throws {EngineProtocolError} no list, a row that is none, a row or a list beyond the limit; earlier rows were told.
 */
export async function readRows<Row>(
  transport: Transport,
  call: EngineCall,
  decode: Decoder<Row>,
  onRow: (row: Row) => void,
): Promise<void> {
  const answer = await transport.send(call);
  const rows = new JsonRowDecoder(answer.request);
  let thrown: { readonly error: unknown } | undefined;
  let length = 0;
  let index = 0;
  const tell = (row: Row): void => {
    try {
      onRow(row);
    } catch (error) {
      thrown = { error };
      throw error;
    }
  };
  const read = async (): Promise<void> => {
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > LIST_LIMIT) throw tooMuch(answer, `${String(LIST_LIMIT)} bytes`);
      for (const row of rows.push(chunk)) {
        if (index === ROWS_LIMIT) throw tooMuch(answer, `${String(ROWS_LIMIT)} rows`);
        tell(decode(row, `[${String(index)}]`));
        index += 1;
      }
    }
    rows.end();
  };
  try {
    await withinWhole(answer, transport.timeouts, read);
  } catch (error) {
    throw thrown ? thrown.error : answer.failure(error);
  } finally {
    answer.finish();
  }
}

function tooMuch({ request }: Answer, limit: string): EngineProtocolError {
  return new EngineProtocolError(request, `the list is longer than ${limit}`);
}
