-- title_zh: 各部门“三公”经费
-- title_en: “Three public” expenses by department and year
-- says_zh: 每个部门每年的“三公”经费及其三项（元）；报表里有的取报表，否则取文字说明。
-- says_en: The expenses of each department and year, and their three parts, in yuan; from the statement where there is one, else from the text.
-- parameter: year integer optional
-- parameter: region text optional
-- parameter: kind text default budget
WITH figures AS (
  SELECT package, agency_name, region_code, fiscal_year, item_code, amount,
    concat((statement <> 'three_public')::INT * 2 + (fund_source IS DISTINCT FROM 'total')::INT, fund_source, ' ', id) AS choice
  FROM budget_lines
  WHERE item_code IN ('three_public', 'three_public.abroad', 'three_public.vehicles', 'three_public.reception')
    AND organization_id = agency_name AND amount IS NOT NULL AND kind = $kind
    AND ($year IS NULL OR year = $year) AND ($region IS NULL OR starts_with(region_code, $region))
)
SELECT region_code, agency_name, fiscal_year,
  arg_min(amount, choice) FILTER (item_code = 'three_public') AS three_public,
  arg_min(amount, choice) FILTER (item_code = 'three_public.abroad') AS abroad,
  arg_min(amount, choice) FILTER (item_code = 'three_public.vehicles') AS vehicles,
  arg_min(amount, choice) FILTER (item_code = 'three_public.reception') AS reception,
  package
FROM figures
GROUP BY ALL
ORDER BY region_code, agency_name, fiscal_year, package
