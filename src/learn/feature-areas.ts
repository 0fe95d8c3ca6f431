/**
 * The sections of throats as their volumes tell them. Extraction by maximal balls shares the voxels of a pore out
 * between the pore and its throats in proportion to their sections (as pnextract does, whose shape factors are cut off
 * at 0.01 and 0.09), so that a throat's section is
 *
 *   A* = Vₜ / Σᵢ Vᵢ/Aᵢ,   A = r²/(4G),  Σ over its ends,
 *
 * where both volumes are known and of some voxels; otherwise A* = Aₜ.
 */
export interface Sections {
  /** m x 2: pores, or reservoirs below 0. */
  readonly ends: Int32Array;
  /** m and n [m³]; `undefined` where they are not known. */
  readonly throatVolume: Float64Array | undefined;
  readonly poreVolume: Float64Array | undefined;
  /** m and n: r²/(4G) [m²] */
  readonly throatArea: Float64Array;
  readonly poreArea: Float64Array;
  /** [m], NaN when it is not known. */
  readonly voxelSize: number;
}

/** A volume of fewer voxels tells nothing of a section. Volumes being whole numbers, none lies on the limit itself. */
const LEAST_VOXELS = 4.5;

/** m: A* [m²] */
export function measureSections(sections: Sections): Float64Array {
  const { ends, throatVolume, poreVolume, throatArea, poreArea, voxelSize } = sections;
  if (throatVolume === undefined || poreVolume === undefined) return throatArea;
  const voxel = Number.isNaN(voxelSize) ? 0 : voxelSize ** 3;
  return throatArea.map((area, e) => {
    const volume = throatVolume[e]!;
    if (!(volume > 0) || volume < LEAST_VOXELS * voxel) return area;
    let lengths = 0;
    let halves = 0;
    for (const pore of [ends[2 * e]!, ends[2 * e + 1]!]) {
      if (pore < 0) continue;
      // Volumes are counted in whole voxels, rounded down.
      lengths += (poreVolume[pore]! + voxel / 2) / poreArea[pore]!;
      halves += voxel / 2;
    }
    const found = (volume + halves) / lengths;
    return Number.isFinite(found) && found > 0 ? found : area;
  });
}
