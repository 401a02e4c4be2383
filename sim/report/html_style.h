// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace cimarron {

constexpr const char* kHtmlStyle = R"css(
:root { color-scheme: light dark; --bg: #f6f7f9; --card: #fff; --fg: #1f2328; --dim: #646c76;
  --line: #dfe3e8; --accent: #0b62a4; --ok: #1a7f37; --bad: #cf222e; }
@media (prefers-color-scheme: dark) { :root { --bg: #0f1318; --card: #171c23; --fg: #e4e8ee;
  --dim: #96a0ad; --line: #2c343e; --accent: #6cb6ff; --ok: #56d364; --bad: #ff7b72; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--fg);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
main { max-width: 1240px; margin: 0 auto; padding: 48px 24px 80px; }
.kicker { margin: 0; color: var(--accent); font-weight: 600; letter-spacing: .04em; }
h1 { margin: 4px 0 8px; font-size: 34px; line-height: 1.15; letter-spacing: -.02em; }
h2 { margin: 44px 0 12px; font-size: 21px; letter-spacing: -.01em; }
h3 { margin: 22px 0 8px; font-size: 14px; color: var(--dim); font-weight: 600; }
.lead { max-width: 76ch; color: var(--dim); margin: 0 0 28px; }
.badge { white-space: nowrap; border-radius: 99px; padding: 1px 10px; font-size: 13px;
  font-weight: 600; border: 1px solid currentColor; }
.badge.ok { color: var(--ok); } .badge.failed { color: var(--bad); }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line);
  border-radius: 10px; }
table { border-collapse: collapse; width: 100%; font-size: 14px;
  font-variant-numeric: tabular-nums; }
th, td { padding: 8px 14px; text-align: left; border-bottom: 1px solid var(--line);
  vertical-align: top; }
th { color: var(--dim); font-weight: 600; font-size: 12.5px; white-space: nowrap; }
tbody tr:last-child td { border-bottom: 0; }
tbody tr:hover { background: color-mix(in srgb, var(--accent) 7%, transparent); }
td:first-child { white-space: nowrap; }
th.n, td.n { text-align: right; white-space: nowrap; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(480px, 100%), 1fr));
  gap: 18px; margin-top: 22px; }
figure { margin: 0; padding: 16px 18px 8px; background: var(--card); border: 1px solid var(--line);
  border-radius: 10px; }
figcaption { font-weight: 600; margin-bottom: 4px; }
figure svg { width: 100%; height: auto; display: block; color: var(--fg); }
details { background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  padding: 10px 16px; margin-bottom: 10px; }
details details { background: var(--bg); margin-top: 14px; }
summary { cursor: pointer; font-weight: 600; }
details[open] > summary { margin-bottom: 8px; }
pre { overflow-x: auto; font: 12.5px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
.checks { list-style: none; padding: 0; margin: 0; }
.checks li { padding: 3px 0; } .checks span { color: var(--dim); }
.checks li::before { display: inline-block; width: 1.5em; font-weight: 700; }
.checks .ok::before { content: "✓"; color: var(--ok); }
.checks .failed::before { content: "✗"; color: var(--bad); }
@media print { body { background: #fff; } details { break-inside: avoid; } }
)css";

}  // namespace cimarron
