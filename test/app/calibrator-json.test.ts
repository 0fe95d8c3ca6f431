import { describe, expect, it } from "vitest";
import { findJsonFault } from "../../examples/app/src/engine/calibrator-json.ts";
import { uniform } from "../../src/network/index.ts";

const WHOLE = `{
  "a": [1, -2.5e-3, {"b": "x \\u00e9 \\" \\n"}, [], {}],
  "c": true, "d": null
}`;

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("where a text stops being JSON", () => {
  it("agrees with JSON.parse, on JSON cut, doubled and changed anywhere", () => {
    const alphabet = ' {}[]:,"\\-+.e0129tnu\n\tx';
    const texts = [
      WHOLE,
      "3",
      '"a"',
      "null",
      "[]",
      "{}",
      "",
      " ",
      "01",
      "1.",
      "+1",
      "nulll",
      "[1,]",
      '{"a":1,}',
    ];
    for (let i = 0; i < 3000; i++) {
      const draw = (stream: number, count: number) => Math.floor(count * uniform(57, stream, i));
      const at = draw(1, WHOLE.length);
      const letter = alphabet[draw(2, alphabet.length)]!;
      texts.push(WHOLE.slice(0, at) + letter + WHOLE.slice(at + draw(3, 2)), WHOLE.slice(0, at));
    }
    const wrong = texts.filter((text) => isJson(text) !== (findJsonFault(text) === undefined));
    expect(wrong).toEqual([]);
    expect(texts.filter(isJson).length).toBeGreaterThan(100);
  });

  it("names line, expectation and what is there", () => {
    const faults: [string, object][] = [
      ['{\n"a": 1\n"b": 2}', { line: 3, expected: '"," or the closing bracket', found: '""b": 2}"' }],
      ["{\n a: 1}", { line: 2, expected: 'a key in quotes or "}"', found: '"a: 1}"' }],
      ['{"a":\n\n}', { line: 3, expected: "a value", found: '"}"' }],
      ["[1, 2]\n]", { line: 2, expected: "the end of the text", found: '"]"' }],
      ["[1,\n", { line: 2, expected: "a value", found: "the end of the text" }],
    ];
    for (const [text, fault] of faults) expect(findJsonFault(text)).toEqual(fault);
  });
});
