/**
 * Decimal numbers straight from bytes, correctly rounded, without a string for each.
 *
 * A number is w 10^q with an integer w.
 * - w < 2^53 and |q| <= 22: w and 10^|q| are both exact, so that one product or quotient is correctly
 *   rounded (Clinger, How to read floating point numbers accurately, 1990).
 * - up to 22 digits and |q| <= 60: the product in two-float arithmetic (Dekker 1971), relative error below
 *   2^-98; taken when both ends of that interval round to the same number, as they nearly always do.
 * - else `Number` of the string.
 */

const PLUS = 43;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;

const MAX_EXACT_POWER = 22;
const MAX_PAIR_POWER = 60;
const LEADING_DIGITS = 15;
const MAX_DIGITS = 22;
const PAIR_ERROR = 2 ** -98;
/** 2^27 + 1, Dekker's constant to split a float64 in two halves. */
const SPLITTER = 134217729;

const exactPowers = Float64Array.from({ length: MAX_EXACT_POWER + 1 }, (_, q) => Number(`1e${q}`));
const pairPowers = buildPairPowers();

/**
 * The number in `bytes[start .. end)`; NaN when there is none. Takes Fortran's `D` exponents, a leading `+`,
 * and `inf`; see `isNotANumberToken` for a NaN that is meant.
 */
export function parseNumber(bytes: Uint8Array, start: number, end: number): number {
  let k = start;
  const sign = bytes[k]!;
  if (sign === MINUS || sign === PLUS) k++;

  let leading = 0;
  let trailing = 0;
  let digits = 0;
  let trailingDigits = 0;
  let power = 0;
  let seenPoint = false;
  let seenDigit = false;
  let tooLong = false;
  for (; k < end; k++) {
    const digit = bytes[k]! - ZERO;
    if (digit >= 0 && digit <= 9) {
      seenDigit = true;
      if (seenPoint) power--;
      if (digits < LEADING_DIGITS) {
        leading = leading * 10 + digit;
        if (leading !== 0) digits++;
      } else if (digits < MAX_DIGITS) {
        trailing = trailing * 10 + digit;
        trailingDigits++;
        digits++;
      } else {
        tooLong = true;
      }
    } else if (bytes[k] === POINT && !seenPoint) {
      seenPoint = true;
    } else {
      break;
    }
  }
  if (!seenDigit) return parseInfinity(bytes, start, end);
  if (k < end) {
    const exponent = parseExponent(bytes, k, end);
    if (Number.isNaN(exponent)) return Number.NaN;
    power += exponent;
  }
  if (tooLong) return parseByString(bytes, start, end);

  const magnitude = scale(leading, trailing, trailingDigits, power);
  if (Number.isNaN(magnitude)) return parseByString(bytes, start, end);
  return sign === MINUS ? -magnitude : magnitude;
}

/** Whether the token spells NaN, as C and Python print it. */
export function isNotANumberToken(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start <= 4 && /^[+-]?nan$/i.test(readAscii(bytes, start, end));
}

/** The bytes as a string of Latin-1 characters. */
export function readAscii(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let k = start; k < end; k++) text += String.fromCharCode(bytes[k]!);
  return text;
}

/** (leading 10^trailingDigits + trailing) 10^power, correctly rounded; NaN where this takes more precision. */
function scale(leading: number, trailing: number, trailingDigits: number, power: number): number {
  if (trailingDigits === 0) {
    if (leading === 0) return 0;
    if (power >= 0 && power <= MAX_EXACT_POWER) return leading * exactPowers[power]!;
    if (power < 0 && power >= -MAX_EXACT_POWER) return leading / exactPowers[-power]!;
  }
  if (power < -MAX_PAIR_POWER || power > MAX_PAIR_POWER) return Number.NaN;

  // (high, low) = leading 10^trailingDigits + trailing, exactly.
  const shift = exactPowers[trailingDigits]!;
  const shifted = leading * shift;
  const shiftedLow = productError(leading, shift, shifted) + trailing;
  const high = shifted + shiftedLow;
  const low = shiftedLow - (high - shifted);

  const powerHigh = pairPowers[2 * (power + MAX_PAIR_POWER)]!;
  const powerLow = pairPowers[2 * (power + MAX_PAIR_POWER) + 1]!;
  const product = high * powerHigh;
  const error = productError(high, powerHigh, product) + (high * powerLow + low * powerHigh);
  const bound = product * PAIR_ERROR;
  const rounded = product + (error - bound);
  return rounded === product + (error + bound) ? rounded : Number.NaN;
}

/** a b - fl(a b), exactly (Dekker). */
function productError(a: number, b: number, product: number): number {
  const aScaled = SPLITTER * a;
  const aHigh = aScaled - (aScaled - a);
  const aLow = a - aHigh;
  const bScaled = SPLITTER * b;
  const bHigh = bScaled - (bScaled - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

/** 10^q for |q| <= MAX_PAIR_POWER as the nearest float64 and what it lacks. */
function buildPairPowers(): Float64Array {
  const pairs = new Float64Array(2 * (2 * MAX_PAIR_POWER + 1));
  for (let q = -MAX_PAIR_POWER; q <= MAX_PAIR_POWER; q++) {
    const nearest = Number(`1e${q}`);
    const integerPower = 10n ** BigInt(Math.abs(q));
    let lack: number;
    if (q >= 0) {
      lack = Number(integerPower - BigInt(nearest));
    } else {
      // nearest = mantissa 2^-bits; lack = (2^bits - mantissa 10^|q|) / (2^bits 10^|q|)
      const bits = 52 - Math.floor(Math.log2(nearest)) + 1;
      const mantissa = BigInt(nearest * 2 ** bits);
      lack = Number((1n << BigInt(bits)) - mantissa * integerPower) / 2 ** bits / Number(integerPower);
    }
    pairs[2 * (q + MAX_PAIR_POWER)] = nearest;
    pairs[2 * (q + MAX_PAIR_POWER) + 1] = lack;
  }
  return pairs;
}

/** The exponent that begins with its letter at `start`; NaN when it is none. */
function parseExponent(bytes: Uint8Array, start: number, end: number): number {
  const letter = bytes[start]! | 32;
  if (letter !== 101 && letter !== 100) return Number.NaN; // e or d
  let k = start + 1;
  const sign = bytes[k];
  if (sign === MINUS || sign === PLUS) k++;
  if (k >= end) return Number.NaN;
  let exponent = 0;
  for (; k < end; k++) {
    const digit = bytes[k]! - ZERO;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    exponent = Math.min(exponent * 10 + digit, 99999);
  }
  return sign === MINUS ? -exponent : exponent;
}

function parseByString(bytes: Uint8Array, start: number, end: number): number {
  return Number(readAscii(bytes, start, end).replace(/d/i, "e"));
}

function parseInfinity(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > 9) return Number.NaN;
  const match = /^([+-]?)inf(inity)?$/i.exec(readAscii(bytes, start, end));
  if (!match) return Number.NaN;
  return match[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
