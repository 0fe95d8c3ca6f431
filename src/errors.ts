/**
 * Every fault that porenet throws. Each error carries the datum at fault and says what to do;
 * a solve that merely falls short is not an error but a status (see `solve/`).
 */

/** Base of all errors that porenet throws on purpose. */
export class PorenetError extends Error {
  override readonly name: string = "PorenetError";
  /** What the caller can do about it, one sentence. */
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(`${message} ${remedy}`, options);
    this.remedy = remedy;
  }
}

/** No adapter, or the package that provides one is not installed. */
export class DeviceUnavailableError extends PorenetError {
  override readonly name = "DeviceUnavailableError";
}

/** The device was lost, or destroyed while work was under way. */
export class DeviceLostError extends PorenetError {
  override readonly name = "DeviceLostError";
}

/** The work does not fit the device: its memory or one of its limits. */
export class LimitError extends PorenetError {
  override readonly name = "LimitError";
  /** The limit that is exceeded, as WebGPU names it, or `"memory"`. */
  readonly limit: string;
  readonly needed: number;
  readonly available: number;

  constructor(limit: string, needed: number, available: number, remedy: string, options?: ErrorOptions) {
    super(describeLimit(limit, needed, available), remedy, options);
    this.limit = limit;
    this.needed = needed;
    this.available = available;
  }
}

/** A device does not say how much memory it has left. */
function describeLimit(limit: string, needed: number, available: number): string {
  if (limit !== "memory") return `The work needs ${needed} of ${limit}, the device offers ${available}.`;
  return needed > 0 ? `The device has no room for ${needed} bytes more.` : "The device has no memory left.";
}

/** A shader failed to compile: a fault of porenet or of the driver. */
export class ShaderError extends PorenetError {
  override readonly name = "ShaderError";
}

/** Data of a network that make no sense; `indices` are the pores or throats at fault. */
export class NetworkError extends PorenetError {
  override readonly name = "NetworkError";
  readonly indices: readonly number[];

  constructor(message: string, remedy: string, indices: readonly number[] = []) {
    super(message, remedy);
    this.indices = indices;
  }
}

/** A file that does not hold what its format requires, with the place and what was expected there. */
export class FormatError extends PorenetError {
  override readonly name = "FormatError";
  readonly file: string;
  /** 1-based line, where the format has lines. */
  readonly line: number | undefined;
  readonly expected: string;

  constructor(file: string, line: number | undefined, expected: string, found: string, remedy = "") {
    super(`${file}${line === undefined ? "" : `:${line}`}: expected ${expected}, found ${found}.`, remedy);
    this.file = file;
    this.line = line;
    this.expected = expected;
  }
}

/** An option or argument of the caller's that is not understood or out of range. */
export class OptionError extends PorenetError {
  override readonly name = "OptionError";
  readonly option: string;

  constructor(option: string, message: string, remedy: string) {
    super(message, remedy);
    this.option = option;
  }
}

/** A solve that fell short, thrown only by `throwUnlessConverged`. */
export class ConvergenceError extends PorenetError {
  override readonly name = "ConvergenceError";
}

/** An optional package that the work needs is not installed. */
export class MissingPackageError extends PorenetError {
  override readonly name = "MissingPackageError";
}
