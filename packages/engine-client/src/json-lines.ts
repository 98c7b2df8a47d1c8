import type { Decoder } from './decode/decoder.js';
import { EngineProtocolError, type RequestLine } from './errors.js';
import { readLines } from './ndjson.js';
import type { EngineCall } from './transport/engine-call.js';
import type { Transport } from './transport/transport.js';

/** The answer to `call` as one value per line, pulled; frees the connection at the end, an error, or when left. */
export async function* readJsonLines<T>(
  transport: Transport,
  call: EngineCall,
  decoder: Decoder<T>,
): AsyncGenerator<T> {
  const answer = await transport.send(call);
  try {
    for await (const line of readLines(answer.body, answer.request)) {
      yield decoder(parseLine(line, answer.request), '');
    }
  } catch (error) {
    throw answer.failure(error);
  } finally {
    answer.finish();
  }
}

function parseLine(line: string, request: RequestLine): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new EngineProtocolError(request, 'a line is not JSON', { cause, received: line });
  }
}
