import { expect, test } from "vitest";
import { isNotANumberToken, parseNumber } from "../../src/io/parse-number.ts";
import { makeRandom } from "./helpers.ts";

const encoder = new TextEncoder();
const parse = (text: string) => parseNumber(encoder.encode(`  ${text},`), 2, 2 + text.length);

test("numbers are rounded as the language rounds them, whatever their digits and exponents", () => {
  const random = makeRandom(90210);
  const view = new DataView(new ArrayBuffer(8));
  for (let k = 0; k < 60000; k++) {
    view.setUint32(0, random() * 2 ** 32);
    view.setUint32(4, random() * 2 ** 32);
    const anything = view.getFloat64(0);
    const usual = (random() - 0.5) * 10 ** Math.floor(random() * 60 - 40);
    const digits = 1 + Math.floor(random() * 21);
    for (const text of [
      String(usual),
      usual.toExponential(digits - 1),
      usual.toPrecision(digits),
      Number.isFinite(anything) ? String(anything) : "0",
    ]) {
      if (!Object.is(parse(text), Number(text)))
        expect(`${text} ${parse(text)}`).toBe(`${text} ${Number(text)}`);
    }
  }
});

test("ties between neighbours, and their nearest decimals, go to the right side", () => {
  const hard = [
    "9007199254740993",
    "9007199254740992.9999999999999999",
    "9007199254740993.0000000001",
    "1.00000000000000011102230246251565",
    "1.0000000000000001110223",
    "2.2250738585072011e-308",
    "4.9e-324",
    "1.7976931348623157e308",
    "1e400",
    "1e-400",
    "8.5e-60",
    "123456789012345678901e-60",
    "0.000000000000000000000000000000000000000000000000012345678901234567",
    "6.0221407600000000000000000000e23",
    "1e22",
    "1e23",
    "5e-23",
    "-0",
    "0e99999",
  ];
  for (const text of hard) expect(parse(text), text).toBe(Number(text));
});

test("spellings of other languages are taken", () => {
  expect(parse("1.159650E-005")).toBe(1.15965e-5);
  expect(parse("-2.5D+03")).toBe(-2500);
  expect(parse("1.2345678901234567890123456d-7")).toBe(Number("1.2345678901234567890123456e-7"));
  expect(parse("+.5")).toBe(0.5);
  expect(parse("7.")).toBe(7);
  expect(parse("-inf")).toBe(Number.NEGATIVE_INFINITY);
  expect(parse("Infinity")).toBe(Number.POSITIVE_INFINITY);
});

test("what is no number is none", () => {
  const words = [
    "abc",
    "",
    "-",
    ".",
    "1e",
    "1e+",
    "1.2.3",
    "1-2",
    "0x10",
    "1e5x",
    "12a",
    "infinite",
    "--1",
    "1e1.5",
  ];
  for (const word of words) {
    expect(parse(word), word).toBeNaN();
    expect(isNotANumberToken(encoder.encode(word), 0, word.length), word).toBe(false);
  }
  for (const word of ["nan", "NaN", "-nan"]) {
    expect(isNotANumberToken(encoder.encode(word), 0, word.length), word).toBe(true);
  }
});
