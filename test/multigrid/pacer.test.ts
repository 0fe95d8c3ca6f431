import { describe, expect, it } from "vitest";
import { Pacer } from "../../src/multigrid/pacer.ts";

describe("work in turns", () => {
  it("covers every row once, in order, and lets timers through", async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    try {
      const seen: number[] = [];
      await new Pacer().forBlocks(9001, (begin, end) => {
        seen.push(begin, end);
        const until = performance.now() + 30;
        while (performance.now() < until);
      });
      expect(seen[0]).toBe(0);
      expect(seen.at(-1)).toBe(9001);
      for (let k = 2; k < seen.length; k += 2) expect(seen[k]).toBe(seen[k - 1]);
      expect(ticks).toBeGreaterThanOrEqual(3);
    } finally {
      clearInterval(timer);
    }
  });

  it("of nothing is done", async () => {
    const blocks: unknown[] = [];
    await new Pacer(AbortSignal.abort()).forBlocks(0, (...block) => blocks.push(block));
    expect(blocks).toEqual([]);
  });
});
