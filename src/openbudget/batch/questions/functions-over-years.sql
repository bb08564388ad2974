-- title_zh: 各年支出按功能分类
-- title_en: Spending by function over the years
-- says_zh: 部门支出总表里每个功能科目各年的合计（元）。改过名的科目按编码连成一列，曾用名列在后面；位数 3 为类、5 为款、7 为项。
-- says_en: The sum of each functional class in the statement of expenditure, by year, in yuan. A class that was renamed stays one series under its latest name, with its former names; digits: 3 for classes, 5 for sections, 7 for lines.
-- parameter: digits integer default 3
-- parameter: kind text default budget
-- parameter: region text optional
-- parameter: agency text optional
WITH stated AS (
  SELECT function_code, fiscal_year, package, agency_name, max(amount) AS amount
  FROM budget_lines
  WHERE statement = 'expenditure' AND flow = 'expenditure' AND kind = $kind
    AND stage = CASE $kind WHEN 'budget' THEN 'budget' ELSE 'final' END
    AND length(function_code) = $digits AND coalesce(expenditure_type, 'total') = 'total'
    AND coalesce(fund_source, 'total') = 'total' AND organization_id = agency_name
    AND ($region IS NULL OR starts_with(region_code, $region)) AND ($agency IS NULL OR contains(agency_name, $agency))
  GROUP BY ALL
), former AS (
  SELECT code, string_agg(DISTINCT t.title_zh, '、' ORDER BY t.title_zh) AS former_names
  FROM code_titles t JOIN codes c USING (list, code)
  WHERE list = 'function' AND t.title_zh <> c.title_zh
  GROUP BY code
)
SELECT function_code, c.title_zh AS function_name, fiscal_year, count(DISTINCT package) AS packages, sum(amount) AS amount,
  former_names
FROM stated s LEFT JOIN codes c ON c.list = 'function' AND c.code = s.function_code
  LEFT JOIN former f ON f.code = s.function_code
GROUP BY ALL
ORDER BY function_code, fiscal_year
