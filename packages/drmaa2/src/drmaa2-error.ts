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
 * `cause` keeps what was underneath (an EngineError, where the engine said it).
 */
export class Drmaa2Error extends Error {
  static {
    this.prototype.name = 'Drmaa2Error';
  }
  readonly code: Drmaa2ErrorCode;
  constructor(code: Drmaa2ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
