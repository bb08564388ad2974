-- title_zh: 计划中的信息化项目
-- title_en: Planned IT projects
-- says_zh: 绩效目标或项目表里名称提到信息化、系统、网络、软件、平台、数据等的项目，及印出的金额（元）。
-- says_en: Projects, from performance goals and statements, whose name speaks of IT (systems, networks, software, platforms, data), with the amount where it is printed, in yuan.
-- parameter: year integer optional
-- parameter: region text optional
-- parameter: pattern text default 信息化|信息系统|电子政务|政务外网|网络|软件|平台|数据|机房|数字|智慧|办公系统|OA
WITH stated AS (
  SELECT package, region_code, agency_name, year, title AS project, amount, goal, source_file, source_place
  FROM performance_goals WHERE scope IN ('project', 'special_fund')
  UNION ALL
  SELECT package, region_code, agency_name, year, project, amount, NULL, source_file, source_place
  FROM budget_lines WHERE project IS NOT NULL AND flow = 'expenditure' AND NOT is_total
)
SELECT region_code, agency_name, year, project, max(amount) AS amount, left(max(goal), 120) AS goal, package,
  coalesce(arg_max(source_file, amount), min(source_file)) AS source_file,
  coalesce(arg_max(source_place, amount), min(source_place)) AS source_place
FROM stated
WHERE regexp_matches(project, $pattern)
  AND ($year IS NULL OR year = $year) AND ($region IS NULL OR starts_with(region_code, $region))
GROUP BY region_code, agency_name, year, project, package
ORDER BY amount DESC NULLS LAST, package, project
