/** A figure of porenet/view, drawn for light ground and so shown on a light card, with its files. */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Drawing } from "../engine/desk.ts";
import { attempt } from "./connect.ts";
import { savePng, saveSvg } from "./save.ts";

interface FigureProps {
  readonly title: string;
  /** What its files are called. */
  readonly name: string;
  readonly drawing: Drawing | undefined;
  /** Choices about it. */
  readonly children?: ComponentChildren;
}

export function Figure({ title, name, drawing, children }: FigureProps) {
  if (!drawing) return null;
  if (!("svg" in drawing)) {
    return (
      <figure class="figure">
        <figcaption>{title}</figcaption>
        <p class="hint">{drawing.reason}</p>
      </figure>
    );
  }
  const { svg } = drawing;
  return (
    <figure class="figure">
      <figcaption>
        <span>{title}</span>
        <span class="buttons">
          {children}
          <button type="button" aria-label={`${title} as SVG`} onClick={() => saveSvg(name, svg)}>
            SVG
          </button>
          <button
            type="button"
            aria-label={`${title} as PNG`}
            onClick={() => attempt(() => savePng(name, svg))}
          >
            PNG
          </button>
        </span>
      </figcaption>
      <Picture svg={svg} title={title} />
    </figure>
  );
}

/** As an image: what the drawing says of itself is its text, and its identifiers meet no others. */
function Picture({ svg, title }: { readonly svg: string; readonly title: string }) {
  const [url, setUrl] = useState<string | undefined>(undefined);
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [svg]);
  return url === undefined ? null : <img class="paper" src={url} alt={describe(svg) ?? title} />;
}

/** The drawing's own description. */
function describe(svg: string): string | undefined {
  const text = /<desc[^>]*>([^<]*)<\/desc>/.exec(svg)?.[1];
  return text && new DOMParser().parseFromString(text, "text/html").documentElement.textContent;
}
