/** The error ids of DRMAA2, spelled as the Go binding spells them. @source DRMAA2 section 6; `drmaa2_error` of drmaa2.h */
export type Drmaa2ErrorCode =
  | 'DeniedByDrms'
  | 'DrmCommunication'
  | 'TryLater'
  | 'SessionManagement'
  | 'Timeout'
  | 'Internal'
  | 'InvalidArgument'
  | 'InvalidSession'
  | 'InvalidState'
  | 'OutOfResource'
  | 'UnsupportedAttribute'
  | 'UnsupportedOperation'
  | 'ImplementationSpecific';

/**
 * A refusal or failure in DRMAA2's terms. Branch on `code`, never on the message.
 * `cause` keeps what was underneath (an EngineError, where the engine said it). The message is one line: control characters in
 * what it quotes are escaped, so that no template and no engine forges a line of a log.
 */
export class Drmaa2Error extends Error {
  static {
    this.prototype.name = 'Drmaa2Error';
  }
  readonly code: Drmaa2ErrorCode;
  constructor(code: Drmaa2ErrorCode, message: string, options?: ErrorOptions) {
    super(printable(message), options);
    this.code = code;
  }
}

/** Control characters, line ends of every kind, and what turns the direction of a text. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    if (character === '\n') return '\\n';
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
