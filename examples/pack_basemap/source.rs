//! Reads admin-1 `GeoJSON` and world-atlas `TopoJSON`.

use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use crate::geometry::{AtomNo, Point, SKIP, quantised};
use crate::land::Land;
use crate::tables::{Codes, read_json};

/// Reads all admin-1 features.
pub(crate) fn add_admin1(land: &mut Land, codes: &Codes, path: &Path) -> Result<()> {
    let file = read_json(path)?;
    for feature in array(&file["features"])? {
        let properties = &feature["properties"];
        let id = codes.id_of(properties)?;
        if id == SKIP {
            continue;
        }
        let country = codes.country_of(&id)?;
        let own = properties["name"].as_str().unwrap_or(&id);
        let name = codes.names.get(&id).map_or(own, String::as_str).to_owned();
        let atom = land.atom(id, country, name);
        let geometry = &feature["geometry"];
        match geometry["type"].as_str() {
            Some("Polygon") => add_polygon(land, atom, &geometry["coordinates"])?,
            Some("MultiPolygon") => {
                for polygon in array(&geometry["coordinates"])? {
                    add_polygon(land, atom, polygon)?;
                }
            }
            other => bail!("geometry {other:?}"),
        }
    }
    Ok(())
}

pub(crate) fn array(value: &Value) -> Result<&Vec<Value>> {
    value.as_array().context("an array was expected")
}

pub(crate) fn add_polygon(land: &mut Land, atom: AtomNo, polygon: &Value) -> Result<()> {
    for (number, ring) in array(polygon)?.iter().enumerate() {
        let points: Result<Vec<Point>> = array(ring)?.iter().map(position).collect();
        land.add_ring(atom, points?, number == 0)?;
    }
    Ok(())
}

pub(crate) fn position(value: &Value) -> Result<Point> {
    let lon = value[0].as_f64().context("longitude")?;
    let lat = value[1].as_f64().context("latitude")?;
    ensure!(lon.abs() <= 180.0 && lat.abs() <= 90.0, "position {lon} {lat}");
    Ok(quantised(lon, lat))
}

/// A feature of a `TopoJSON` file: polygons of rings of degrees, not yet cut at the antimeridian.
pub(crate) struct AtlasFeature {
    pub(crate) numeric: String,
    pub(crate) name: String,
    pub(crate) polygons: Vec<Vec<Vec<[f64; 2]>>>,
}

/// The features of one object of a `TopoJSON` file.
pub(crate) struct Atlas {
    pub(crate) features: Vec<AtlasFeature>,
}

impl Atlas {
    pub(crate) fn load(path: &Path) -> Result<Self> {
        Self::load_object(path, "countries")
    }

    pub(crate) fn load_object(path: &Path, object: &str) -> Result<Self> {
        let file = read_json(path)?;
        let arcs = topojson_arcs(&file)?;
        let mut features = Vec::new();
        for geometry in array(&file["objects"][object]["geometries"])? {
            let polygons = match geometry["type"].as_str() {
                Some("Polygon") => vec![topojson_polygon(&arcs, &geometry["arcs"])?],
                Some("MultiPolygon") => {
                    let list = array(&geometry["arcs"])?;
                    list.iter().map(|p| topojson_polygon(&arcs, p)).collect::<Result<_>>()?
                }
                _ => continue,
            };
            features.push(AtlasFeature {
                numeric: geometry["id"].as_str().unwrap_or_default().to_owned(),
                name: geometry["properties"]["name"].as_str().unwrap_or_default().to_owned(),
                polygons,
            });
        }
        Ok(Self { features })
    }
}

pub(crate) fn topojson_arcs(file: &Value) -> Result<Vec<Vec<[f64; 2]>>> {
    let number = |v: &Value| v.as_f64().context("a number was expected");
    let transform = &file["transform"];
    let scale = [number(&transform["scale"][0])?, number(&transform["scale"][1])?];
    let translate = [number(&transform["translate"][0])?, number(&transform["translate"][1])?];
    let mut arcs = Vec::new();
    for arc in array(&file["arcs"])? {
        let (mut x, mut y) = (0.0, 0.0);
        let mut points = Vec::new();
        for delta in array(arc)? {
            x += number(&delta[0])?;
            y += number(&delta[1])?;
            points.push([translate[0] + x * scale[0], translate[1] + y * scale[1]]);
        }
        arcs.push(points);
    }
    Ok(arcs)
}

pub(crate) fn topojson_polygon(
    arcs: &[Vec<[f64; 2]>],
    rings: &Value,
) -> Result<Vec<Vec<[f64; 2]>>> {
    let mut polygon = Vec::new();
    for references in array(rings)? {
        let mut ring: Vec<[f64; 2]> = Vec::new();
        for reference in array(references)? {
            let number = reference.as_i64().context("an arc number was expected")?;
            let index = usize::try_from(if number < 0 { !number } else { number })?;
            let arc = arcs.get(index).context("arc number out of range")?;
            let skip = usize::from(!ring.is_empty());
            if number < 0 {
                ring.extend(arc.iter().rev().skip(skip));
            } else {
                ring.extend(arc.iter().skip(skip));
            }
        }
        polygon.push(ring);
    }
    Ok(polygon)
}

/// The rings of world-atlas cross the antimeridian: makes longitudes continuous, and closes a ring that
/// winds round the south pole along latitude -90.
pub(crate) fn unwrapped(ring: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let mut out: Vec<[f64; 2]> = Vec::with_capacity(ring.len() + 2);
    for &[lon, lat] in ring {
        let turns = out.last().map_or(0.0, |last| ((last[0] - lon) / 360.0).round());
        out.push([lon + 360.0 * turns, lat]);
    }
    if let (Some(&first), Some(&last)) = (out.first(), out.last())
        && (first[0] - last[0]).abs() > 180.0
    {
        out.push([last[0], -90.0]);
        out.push([first[0], -90.0]);
    }
    out
}

/// Adds the features of world-atlas that `admin1_codes.csv` asks for: islands without neighbours.
pub(crate) fn add_atlas_features(land: &mut Land, codes: &Codes, atlas: &Atlas) -> Result<()> {
    for feature in &atlas.features {
        let Some(id) = codes.exception("atlas", &feature.name).cloned() else {
            continue;
        };
        let country = codes.country_of(&id)?;
        let name = codes.names.get(&id).unwrap_or(&feature.name).clone();
        let atom = land.atom(id, country, name);
        for (number, ring) in feature.polygons.iter().flat_map(|p| p.iter().enumerate()) {
            let points = ring.iter().map(|p| quantised(p[0], p[1])).collect();
            land.add_ring(atom, points, number == 0)?;
        }
    }
    Ok(())
}

/// Each lake is an atom of its own.
pub(crate) fn load_lakes(path: Option<&Path>) -> Result<Land> {
    let mut land = Land::default();
    let Some(path) = path else { return Ok(land) };
    for (number, feature) in Atlas::load_object(path, "lakes")?.features.into_iter().enumerate() {
        let atom = land.atom(format!("lake-{number}"), String::new(), String::new());
        for polygon in feature.polygons {
            for (position, ring) in polygon.into_iter().enumerate() {
                let points = ring.into_iter().map(|p| quantised(p[0], p[1])).collect();
                land.add_ring(atom, points, position == 0)?;
            }
        }
    }
    Ok(land)
}
