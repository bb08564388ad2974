-- title_zh: 最大的项目
-- title_en: The biggest projects
-- says_zh: 绩效目标或项目表里写明金额的项目，按金额（元）从大到小。
-- says_en: Projects with an amount in their performance goal or in a statement, biggest first, in yuan.
-- parameter: year integer optional
-- parameter: region text optional
-- parameter: limit integer default 50
WITH stated AS (
  SELECT package, region_code, agency_name, year, title AS project, amount, source_file, source_place
  FROM performance_goals WHERE scope IN ('project', 'special_fund')
  UNION ALL
  SELECT package, region_code, agency_name, year, project, amount, source_file, source_place
  FROM budget_lines WHERE project IS NOT NULL AND flow = 'expenditure' AND NOT is_total
)
SELECT region_code, agency_name, year, project, max(amount) AS amount, package,
  arg_max(source_file, amount) AS source_file, arg_max(source_place, amount) AS source_place
FROM stated
WHERE amount IS NOT NULL AND ($year IS NULL OR year = $year) AND ($region IS NULL OR starts_with(region_code, $region))
GROUP BY region_code, agency_name, year, project, package
ORDER BY amount DESC, package, project
LIMIT $limit
