-- title_zh: 迟公开的部门
-- title_en: Late disclosures
-- says_zh: 印有公开日期、且晚于截止日的公开；截止日默认为预算当年 4 月 30 日、决算次年 10 月 31 日（月-日可另给）。
-- says_en: Disclosures that print their date and are later than the last day, by default April 30 of the year for budgets and October 31 of the next for final accounts.
-- parameter: year integer optional
-- parameter: region text optional
-- parameter: budget_day text default 04-30
-- parameter: final_day text default 10-31
WITH dated AS (
  SELECT *, CASE kind
      WHEN 'budget' THEN CAST(fiscal_year || '-' || $budget_day AS DATE)
      ELSE CAST((fiscal_year + 1) || '-' || $final_day AS DATE)
    END AS last_day
  FROM packages
  WHERE disclosed_on IS NOT NULL
    AND ($year IS NULL OR fiscal_year = $year) AND ($region IS NULL OR starts_with(region_code, $region))
)
SELECT region_code, agency_name, fiscal_year, kind, disclosed_on, last_day, disclosed_on - last_day AS days_late, package
FROM dated
WHERE disclosed_on > last_day
ORDER BY days_late DESC, package
