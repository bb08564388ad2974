-- title_zh: 计划中的信息化项目
-- title_en: Planned IT projects
-- says_zh: 名称或目标里提到信息化、系统、网络、软件、平台、数据等的项目，及印出的金额（元）。
-- says_en: Projects whose title or goal speaks of IT (systems, networks, software, platforms, data), with the amount where it is printed, in yuan.
-- parameter: year integer optional
-- parameter: region text optional
-- parameter: pattern text default 信息化|信息系统|电子政务|政务外网|网络|软件|平台|数据|机房|数字|智慧|办公系统|OA
SELECT region_code, agency_name, year, title AS project, amount, left(goal, 120) AS goal, package, source_file, source_place
FROM performance_goals
WHERE scope IN ('project', 'special_fund') AND regexp_matches(title, $pattern)
  AND ($year IS NULL OR year = $year) AND ($region IS NULL OR starts_with(region_code, $region))
ORDER BY amount DESC NULLS LAST, package, id
