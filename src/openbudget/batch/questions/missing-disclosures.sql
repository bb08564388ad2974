-- title_zh: 缺少的公开
-- title_en: Missing disclosures
-- says_zh: 别的年度公开过、这一年度没有公开（目录中没有）的部门。
-- says_en: Departments that disclosed in other years and of which the catalogue has nothing for this year.
-- parameter: year integer
-- parameter: kind text default budget
-- parameter: region text optional
SELECT region_code, agency_name, min(fiscal_year) AS first_year, max(fiscal_year) AS last_year,
  count(DISTINCT fiscal_year) AS years
FROM packages
WHERE kind = $kind AND ($region IS NULL OR starts_with(region_code, $region))
GROUP BY region_code, agency_name
HAVING NOT bool_or(fiscal_year = $year)
ORDER BY region_code, agency_name
