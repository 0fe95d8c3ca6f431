/** The network that lies on the desk, in a few numbers. */
import { formatCount, formatLength, formatNumber, formatPercent, THIN } from "./format.ts";
import { description } from "./network.ts";
import { Rows } from "./rows.tsx";

export function NetworkSummary() {
  const found = description.value;
  if (!found) return <p class="hint">No network is open yet.</p>;
  const { name, pores, throats, box, voxelSize, statistics } = found.health;
  const { coordination, porosity, poreRadius, throatRadius } = statistics;
  return (
    <div class="summary">
      <h3>{name}</h3>
      <Rows
        caption={`${name} in numbers`}
        rows={[
          ["Pores", formatCount(pores)],
          ["Throats", formatCount(throats)],
          ["Sample", box?.size.map((edge) => formatLength(edge, 4)).join(" × ")],
          ["Voxel size", voxelSize === undefined ? undefined : formatLength(voxelSize, 4)],
          ["Porosity", porosity === undefined ? undefined : formatPercent(porosity, 4)],
          ["Mean coordination", `${formatNumber(coordination.mean, 4)}${THIN}throats a pore`],
          ["Median pore radius", poreRadius && formatLength(poreRadius.median, 4)],
          ["Median throat radius", throatRadius && formatLength(throatRadius.median, 4)],
        ]}
      />
    </div>
  );
}
