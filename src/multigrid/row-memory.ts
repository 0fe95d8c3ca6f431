/** Arrays of rows, in memory that threads share where there are threads to share it with. */

export type RowArray = Uint8Array | Int32Array | Uint32Array | Float32Array | Float64Array;

export interface RowArrayKind<T extends RowArray> {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): T;
  new (buffer: SharedArrayBuffer): T;
}

/** An array of zeros. */
export type Allocate = <T extends RowArray>(kind: RowArrayKind<T>, length: number) => T;

export const allocateOwn: Allocate = (kind, length) => new kind(length);

export const allocateShared: Allocate = (kind, length) =>
  new kind(new SharedArrayBuffer(length * kind.BYTES_PER_ELEMENT));
