/** A picture that the engine has drawn for the page, and that describes itself. */
export interface Figure {
  /** For a file. */
  readonly name: string;
  readonly title: string;
  readonly svg: string;
}
