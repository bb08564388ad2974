-- title_zh: 各部门“三公”经费
-- title_en: “Three public” expenses by department and year
-- says_zh: 每个部门每年的“三公”经费及其三项（元）；报表里有的取报表，否则取文字说明。
-- says_en: The expenses of each department and year, and their three parts, in yuan; from the statement where there is one, else from the text.
-- parameter: year integer optional
-- parameter: region text optional
-- parameter: kind text default budget
WITH figures AS (
  SELECT package, agency_name, region_code, fiscal_year, item_code, amount,
    row_number() OVER (
      PARTITION BY package, item_code
      ORDER BY statement <> 'three_public', fund_source IS DISTINCT FROM 'total', fund_source, id
    ) AS choice
  FROM budget_lines
  WHERE (item_code = 'three_public' OR starts_with(item_code, 'three_public.'))
    AND organization_id = agency_name AND amount IS NOT NULL AND kind = $kind
    AND ($year IS NULL OR year = $year) AND ($region IS NULL OR starts_with(region_code, $region))
)
SELECT region_code, agency_name, fiscal_year,
  max(amount) FILTER (item_code = 'three_public') AS three_public,
  max(amount) FILTER (item_code = 'three_public.abroad') AS abroad,
  max(amount) FILTER (item_code = 'three_public.vehicles') AS vehicles,
  max(amount) FILTER (item_code = 'three_public.reception') AS reception,
  package
FROM figures
WHERE choice = 1
GROUP BY ALL
ORDER BY region_code, agency_name, fiscal_year, package
