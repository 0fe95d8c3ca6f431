/**
 * A camera that goes round what it looks at, upright: z points up in the picture, as in the figures.
 *
 * Space is the scene's: its middle at the origin, half the diagonal of its box as the unit. With azimuth α and elevation
 * ε the camera is turned by  R = R_z(α) R_x(90° − ε);  its columns are right, up and toward the viewer.
 */
import { mat4, quat, vec3 } from "gl-matrix";
import { OptionError } from "../errors.ts";
import type { Vector, View } from "./projection.ts";

/** What a key or a button does, in steps. */
export type CameraStep = "left" | "right" | "up" | "down" | "in" | "out";

/** A straight view down the axis, or the oblique one of the figures. */
const ANGLES: Record<View, readonly [azimuth: number, elevation: number]> = {
  oblique: [(-27 * Math.PI) / 180, (21 * Math.PI) / 180],
  x: [Math.PI / 2, 0],
  y: [0, 0],
  z: [0, Math.PI / 2],
};
/** Height of what is seen, as an angle: narrow, so that sizes can be compared across the sample. */
const FIELD_OF_VIEW = Math.PI / 6;
const NEAREST = 0.02;
const FARTHEST = 50;
/** About the scene when it is fitted. */
const MARGIN = 1.06;
const STEP = Math.PI / 24;
const ZOOM_STEP = 1.25;

export class OrbitCamera {
  readonly fieldOfView = FIELD_OF_VIEW;
  #azimuth = ANGLES.oblique[0];
  #elevation = ANGLES.oblique[1];
  #distance = 4;
  readonly #target = new Float64Array(3);

  /** About z, and above the plane of x and y [rad]. */
  get angles(): readonly [azimuth: number, elevation: number] {
    return [this.#azimuth, this.#elevation];
  }

  /** From the point that the camera goes round. */
  get distance(): number {
    return this.#distance;
  }

  /** The point that the camera goes round. */
  get target(): Vector {
    return [this.#target[0]!, this.#target[1]!, this.#target[2]!];
  }

  /** Where the viewer is. */
  get eye(): Vector {
    const eye = new Float64Array(3);
    vec3.scaleAndAdd(eye, this.#target, this.#axis(2), this.#distance);
    return [eye[0]!, eye[1]!, eye[2]!];
  }

  /** From the scene to the camera, which looks along −z: 16 numbers, column by column. */
  viewMatrix(): Float64Array {
    const matrix = new Float64Array(16);
    mat4.fromRotationTranslation(matrix, this.#rotation(), this.eye as [number, number, number]);
    mat4.invert(matrix, matrix);
    return matrix;
  }

  /**
   * Turns what is seen with the hand [rad]: to the right, and down so that more of the top shows.
   * @throws {OptionError} for what is not finite
   */
  orbit(right: number, down: number): void {
    requireFinite("orbit", right, down);
    this.#azimuth = wrapAngle(this.#azimuth - right);
    this.#elevation = Math.min(Math.PI / 2, Math.max(-Math.PI / 2, this.#elevation + down));
  }

  /** Moves what is seen to the right and down, in heights of the picture. */
  pan(right: number, down: number): void {
    requireFinite("pan", right, down);
    const height = 2 * this.#distance * Math.tan(FIELD_OF_VIEW / 2);
    vec3.scaleAndAdd(this.#target, this.#target, this.#axis(0), -right * height);
    vec3.scaleAndAdd(this.#target, this.#target, this.#axis(1), down * height);
  }

  /**
   * Comes nearer by a factor above 1, or goes away.
   * @param right of the point that keeps its place, from the middle of the picture in its heights
   * @param down of that point
   */
  zoom(factor: number, right = 0, down = 0): void {
    requireFinite("zoom", right, down);
    if (!(factor > 0 && Number.isFinite(factor))) {
      throw new OptionError("factor", `The factor is ${factor}.`, "Give a positive number.");
    }
    const distance = Math.min(FARTHEST, Math.max(NEAREST, this.#distance / factor));
    const shrunk = distance / this.#distance;
    this.pan(right * (shrunk - 1), down * (shrunk - 1));
    this.#distance = distance;
  }

  /** Looks at the middle from a given side. */
  look(view: View): void {
    const angles = ANGLES[view];
    if (!angles) throw new OptionError("view", `There is no view "${view}".`, "Use oblique, x, y or z.");
    [this.#azimuth, this.#elevation] = angles;
  }

  /**
   * Comes as near as the whole box stays in the picture.
   * @param half half the edges of the box about the origin
   * @param aspect width of the picture by its height
   */
  fit(half: Vector, aspect: number): void {
    this.#target.fill(0);
    const tangent = Math.tan(FIELD_OF_VIEW / 2);
    const [right, up, toward] = [this.#axis(0), this.#axis(1), this.#axis(2)];
    let distance = NEAREST;
    for (let corner = 0; corner < 8; corner++) {
      const at: [number, number, number] = [0, 1, 2].map((axis) =>
        corner & (1 << axis) ? half[axis]! : -half[axis]!,
      ) as [number, number, number];
      const across = Math.abs(vec3.dot(at, right)) / (tangent * aspect);
      const along = Math.abs(vec3.dot(at, up)) / tangent;
      distance = Math.max(distance, vec3.dot(at, toward) + MARGIN * Math.max(across, along));
    }
    this.#distance = Math.min(FARTHEST, distance);
  }

  /** One step of a key: a turn of 7.5°, or nearer or farther by a quarter. */
  step(direction: CameraStep): void {
    if (direction === "in") this.zoom(ZOOM_STEP);
    else if (direction === "out") this.zoom(1 / ZOOM_STEP);
    else if (direction === "left") this.orbit(-STEP, 0);
    else if (direction === "right") this.orbit(STEP, 0);
    else if (direction === "up") this.orbit(0, -STEP);
    else this.orbit(0, STEP);
  }

  #rotation(): Float64Array {
    const turned = new Float64Array([0, 0, 0, 1]);
    quat.rotateZ(turned, turned, this.#azimuth);
    quat.rotateX(turned, turned, Math.PI / 2 - this.#elevation);
    return turned;
  }

  /** Right, up or toward the viewer. */
  #axis(index: 0 | 1 | 2): Float64Array {
    const unit = new Float64Array(3);
    unit[index] = 1;
    vec3.transformQuat(unit, unit, this.#rotation());
    return unit;
  }
}

function wrapAngle(angle: number): number {
  return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
}

function requireFinite(option: string, ...values: readonly number[]): void {
  const wrong = values.find((value) => !Number.isFinite(value));
  if (wrong === undefined) return;
  throw new OptionError(option, `The camera cannot ${option} by ${wrong}.`, "Give finite numbers.");
}
